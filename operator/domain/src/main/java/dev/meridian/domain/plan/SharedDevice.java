package dev.meridian.domain.plan;

/**
 * A block device of a claim that both nodes of a migration have, each by a name of its own.
 *
 * @param disk its name
 * @param here where the guest has it
 * @param number major and minor there
 * @param there where it has it on the other node
 * @param thereBytes its size by that node's word
 */
public record SharedDevice(String disk, String here, String number, String there, long thereBytes) {}
