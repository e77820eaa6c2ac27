import { on } from '@murmuration/choreography'
import { OrderPlaced, StockRejected, StockReserved } from '@murmuration/contracts'
import { claimOf } from '../domain/claim.ts'
import { reserve } from '../domain/reservation.ts'
import { stockKey } from '../domain/stock.ts'
import { reservations, stocks } from '../store/tables.ts'

/** @param holdMs how long the stock is held for the order's payment */
export const onOrderPlaced = (holdMs: number) =>
  on(OrderPlaced, {
    emits: [StockReserved, StockRejected],
    arms: ['reservation-expires'],
    span: 'inventory.reserve',
    reads: ({ data }) => ({ reservation: reservations.one(data.orderId) }),
    // In the second step, as everywhere: all stock rows of a batch are then locked by one statement, in one order.
    readsThen: ({ data }) => ({ stock: stocks.many(claimOf(data).lines.map(stockKey)) }),
    decide: ({ data }, rows, facts) => reserve(data, rows, holdMs, facts),
  })
