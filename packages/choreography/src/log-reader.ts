import type { LogMessage } from './ports.ts'

/** A partition of a topic. */
export interface Place {
  readonly topic: string
  readonly partition: number
}

/** Where in a partition to read on. */
export interface Spot extends Place {
  readonly offset: bigint
}

/** What was read of a partition, and where to read on. */
export interface Passage extends Spot {
  readonly messages: readonly LogMessage[]
}

/**
 * Reads the log without a consumer group, from wherever the caller says: nothing is joined, committed or rebalanced. For looks back, and for following
 * what is happening without a memory of its own. All calls throw `Transient` while the log is away.
 */
export interface LogReader {
  /** All partitions of the topics. */
  places(topics: readonly string[]): Promise<readonly Place[]>
  /** The partition of each topic that has the messages of a key. */
  placesOf(topics: readonly string[], key: string): Promise<readonly Place[]>
  /** The first message that is there, the first one written at that time (milliseconds since 1970) or later, or the place after the last one. */
  offsets(places: readonly Place[], at: 'earliest' | 'latest' | number): Promise<readonly Spot[]>
  /**
   * What lies there, as far as one answer of the log goes; a partition that has nothing is left out. Waits up to `waitMs` for something to come. An offset
   * that is no longer there is answered with the first one that is.
   */
  read(spots: readonly Spot[], waitMs: number): Promise<readonly Passage[]>
  close(): Promise<void>
}
