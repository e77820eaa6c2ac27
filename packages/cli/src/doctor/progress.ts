/** The offsets that there are in a partition: the first that is left, and the one that comes next. */
export interface Bounds {
  readonly low: bigint
  readonly high: bigint
}

/** What a consumer group still has to read, and what it can no longer read. */
export interface Progress {
  /** Offsets, marks of transactions among them, up to the end of each partition. */
  readonly lag: number
  readonly gaps: readonly Gap[]
}

/** Messages that were removed (retention, delete-records) before the group read them. */
export interface Gap {
  readonly topic: string
  readonly partition: number
  readonly missing: number
}

/** Offsets by partition, by topic. */
export type ByPartition<Value> = ReadonlyMap<string, ReadonlyMap<number, Value>>

/**
 * How far a group is with the topics that it reads. Where it has not committed yet it has all to read: a consumer that is held up from its first message
 * on commits nothing.
 */
export function progressOf(topics: readonly string[], bounds: ByPartition<Bounds>, committed: ByPartition<bigint>): Progress {
  let lag = 0
  const gaps: Gap[] = []
  for (const topic of topics)
    for (const [partition, { low, high }] of bounds.get(topic) ?? []) {
      const position = committed.get(topic)?.get(partition)
      const from = position === undefined || position < low ? low : position
      lag += Math.max(0, Number(high - from))
      if (position !== undefined && position < low) gaps.push({ topic, partition, missing: Number(low - position) })
    }
  return { lag, gaps }
}
