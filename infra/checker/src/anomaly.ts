/** Everything that can be wrong, by name. */
export const anomalyNames = [
  /** A fact that some service recorded is not in its topic, a message was never handled, or a customer was not told. */
  'lost',
  /** Done twice: charged, refunded, told, or emitted. */
  'duplicated_effect',
  /** Events of one saga in a topic that come before what they follow from, or lie in several partitions. */
  'out_of_order',
  /** More pieces promised or sold than there were. */
  'oversold',
  /** Pieces that came from nowhere. */
  'stock_created',
  /** Pieces that are neither there nor sold. */
  'stock_destroyed',
  /** The books have money that the provider has not. */
  'money_created',
  /** The provider has, or has given back, money that the books do not know of. */
  'money_destroyed',
  /** A saga that did not end although all is quiet. */
  'stuck_saga',
  /** Services that contradict each other about one saga. */
  'mismatched_states',
  /** Outbox, log, inbox and rows that do not explain each other. */
  'unexplained_difference',
  /** A message that waits for an operator although nobody planted poison. */
  'parked',
  /** A span that does not hang together with its saga's story. */
  'orphan_span',
  /** A service made an event of something that it does not declare to. */
  'undeclared_edge',
] as const

export type AnomalyName = (typeof anomalyNames)[number]

export interface Anomaly {
  readonly name: AnomalyName
  /** For people: what is there, and what should be. */
  readonly detail: string
  /** `murmur trace <sagaId>` shows its story. */
  readonly sagaId?: string
  readonly service?: string
  /** How much money (minor units) or how many pieces. */
  readonly amount?: number
}
