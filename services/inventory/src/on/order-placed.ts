import { on } from '@murmuration/choreography'
import { OrderPlaced, StockRejected, StockReserved } from '@murmuration/contracts'
import { keysOfArticles } from '../domain/allocation.ts'
import { reserve } from '../domain/reservation.ts'
import { articles, reservations, stocks, warehouses } from '../store/tables.ts'

/** @param holdMs how long the stock is held for the order's payment */
export const onOrderPlaced = (holdMs: number) =>
  on(OrderPlaced, {
    emits: [StockReserved, StockRejected],
    arms: ['reservation-expires'],
    span: 'inventory.reserve',
    reads: ({ data }) => ({ reservation: reservations.one(data.orderId), articles: articles.many(data.items.map(({ sku }) => sku)) }),
    // In the second step, as everywhere: all stock rows of a batch are then locked by one statement, in one order.
    readsThen: (_, rows) => ({
      stock: stocks.many(keysOfArticles(rows.articles)),
      warehouses: warehouses.many([...rows.articles.values()].flatMap((article) => article.warehouses)),
    }),
    decide: ({ data }, rows, facts) => reserve(data, rows, holdMs, facts),
  })
