{{/* Of every object. */}}
{{- define "meridian.labels" -}}
app.kubernetes.io/part-of: meridian
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{/* By which a process is selected: (dict "component" NAME). */}}
{{- define "meridian.selector" -}}
app.kubernetes.io/name: meridian
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* An image's name: (dict "image" VALUES "chart" .Chart). */}}
{{- define "meridian.image" -}}
{{- if .image.digest -}}
{{ .image.repository }}@{{ .image.digest }}
{{- else -}}
{{ .image.repository }}:{{ .image.tag | default .chart.AppVersion }}
{{- end }}
{{- end }}

{{/* Names are in the policies of the API server and in the programs: there is one Meridian in a cluster. */}}
{{- define "meridian.check" -}}
{{- if ne .Release.Namespace "meridian-system" }}
{{- fail (printf "--namespace %s: Meridian is installed once in a cluster, in namespace meridian-system; give --namespace meridian-system" .Release.Namespace) }}
{{- end }}
{{- end }}
