import type { SagaMap } from '@murmuration/choreography/map'
import type { Story } from '@murmuration/cli'
import type { PublishedEvent } from './published-event.ts'
import type {
  AdjustmentRow,
  AssessmentRow,
  CaptureRow,
  NotificationRow,
  OrderRow,
  PaymentRow,
  RefundRow,
  ReservationRow,
  RuntimeRows,
  StatementLine,
  StockRow,
} from './rows.ts'

/**
 * All that is known of what happened, as plain data: from memory (simulation) or collected from the real stack. Taken when all is quiet: nothing
 * on its way any more, all timers that had to fire have fired.
 */
export interface Evidence extends RuntimeRows {
  /** What the services declare: `sagaMap` of their subscriptions. */
  readonly map: SagaMap
  readonly orders: readonly OrderRow[]
  readonly reservations: readonly ReservationRow[]
  readonly stocks: readonly StockRow[]
  readonly adjustments: readonly AdjustmentRow[]
  readonly payments: readonly PaymentRow[]
  readonly assessments: readonly AssessmentRow[]
  readonly captures: readonly CaptureRow[]
  readonly refunds: readonly RefundRow[]
  readonly notifications: readonly NotificationRow[]
  /** All that moved money at the provider. */
  readonly statement: readonly StatementLine[]
  /** Every topic from its beginning; in the order of each partition. */
  readonly events: readonly PublishedEvent[]
  /**
   * Ids and places (`topic/partition/offset`) of messages that the workload itself wrote, past the services: nobody in the map made them, and what is
   * parked because of them, and behind them, is as it should be.
   */
  readonly injected: ReadonlySet<string>
  /** Sagas whose customers do not want to be told (muted templates); absent: all do. */
  readonly untold?: ReadonlySet<string>
  /** Sagas as their spans tell them; absent where there is no tracing, as in the simulator. Those that were not sampled have none. */
  readonly stories?: readonly Story[]
}
