package dev.meridian.domain.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.Yaml;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import org.junit.jupiter.api.Test;

class FenceJobTest {
    @Test
    void jobIsTheCronJobsTemplateAndKnowsTheNode() {
        // given
        var cronJob = Yaml.read("""
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: fence, namespace: meridian-system, uid: u}
                spec:
                  suspend: true
                  schedule: "0 0 1 1 *"
                  jobTemplate:
                    metadata: {labels: {a: b}}
                    spec:
                      backoffLimit: 1
                      template:
                        spec:
                          restartPolicy: Never
                          containers:
                          - name: fence
                            image: fence
                            env: [{name: TARGET, value: "bmc-$(NODE_NAME)"}, {name: NODE_NAME, value: another}]
                """, CronJob.class);
        // when
        var job = FenceJob.of(cronJob, "node-1.example");
        // then
        assertThat(Yaml.write(job)).isEqualTo("""
                        apiVersion: batch/v1
                        kind: Job
                        metadata:
                          annotations:
                            cronjob.kubernetes.io/instantiate: manual
                            meridian.dev/fences: node-1.example
                          labels:
                            a: b
                          name: %s
                          namespace: meridian-system
                          ownerReferences:
                          - apiVersion: batch/v1
                            kind: CronJob
                            controller: true
                            name: fence
                            uid: u
                        spec:
                          activeDeadlineSeconds: 300
                          backoffLimit: 1
                          template:
                            spec:
                              containers:
                              - env:
                                - name: NODE_NAME
                                  value: node-1.example
                                - name: TARGET
                                  value: bmc-$(NODE_NAME)
                                image: fence
                                name: fence
                              restartPolicy: Never
                        """.formatted(FenceJob.name("node-1.example")));
        assertThat(cronJob.getSpec().getJobTemplate().getSpec().getActiveDeadlineSeconds())
                .as("the template is as it was")
                .isNull();
    }

    @Test
    void nameIsTheNodesOwnAndShortEnoughForItsPods() {
        assertThat(FenceJob.name("a".repeat(253)))
                .hasSizeLessThanOrEqualTo(63)
                .isNotEqualTo(FenceJob.name("a".repeat(252)));
        assertThat(FenceJob.name("node-1.example")).matches("fence-node-1-example-[0-9a-f]{8}");
    }

    @Test
    void onlyAConditionThatIsTrueIsAnEnd() {
        assertThat(FenceJob.isComplete(job("Complete", "True"))).isTrue();
        assertThat(FenceJob.isComplete(job("Complete", "False"))).isFalse();
        assertThat(FenceJob.isComplete(job("SuccessCriteriaMet", "True"))).isFalse();
        assertThat(FenceJob.isComplete(new Job())).isFalse();
        assertThat(FenceJob.failure(job("Failed", "True"))).contains("R: m");
        assertThat(FenceJob.failure(job("Failed", "False"))).isEmpty();
        assertThat(FenceJob.failure(new Job())).isEmpty();
    }

    private static Job job(String type, String status) {
        return Yaml.read("""
                {status: {conditions: [{type: %s, status: "%s", reason: R, message: m}]}}
                """.formatted(type, status), Job.class);
    }
}
