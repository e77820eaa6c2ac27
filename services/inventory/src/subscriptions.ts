import { service } from '@murmuration/choreography'
import { deduct } from './commands/deduct.ts'
import { restock } from './commands/restock.ts'
import { setWarehouse } from './commands/set-warehouse.ts'
import { reservationMs } from './domain/reservation.ts'
import { onOrderCancelled } from './on/order-cancelled.ts'
import { onOrderFailed } from './on/order-failed.ts'
import { onOrderPlaced } from './on/order-placed.ts'
import { onPaymentCaptured } from './on/payment-captured.ts'
import { onPaymentFailed } from './on/payment-failed.ts'
import { onProductCreated } from './on/product-created.ts'
import { onProductRestated } from './on/product-restated.ts'
import { onReservationExpires } from './on/reservation-expires.ts'
import { onReturnApproved } from './on/return-approved.ts'
import { adjustments, articles, reservations, stocks, warehouses } from './store/tables.ts'

/** @param holdMs how long stock is held for an unpaid order, in ms */
export const subscriptionsWith = (holdMs: number) =>
  service({
    name: 'inventory',
    // Renaming one loses or re-consumes messages.
    topic: 'inventory.events',
    group: 'inventory',
    // In the order of their locks.
    tables: [reservations, adjustments, articles, warehouses, stocks],
    reactions: [
      onProductCreated,
      onProductRestated,
      onOrderPlaced(holdMs),
      onPaymentCaptured,
      onPaymentFailed,
      onOrderCancelled,
      onOrderFailed,
      onReturnApproved,
    ],
    timers: [onReservationExpires],
    commands: [restock, deduct, setWarehouse],
  })

export const subscriptions = subscriptionsWith(reservationMs)
