import { table } from '@murmuration/choreography'
import type { Adjustment } from '../domain/adjustment.ts'
import type { Article } from '../domain/article.ts'
import type { Reservation } from '../domain/reservation.ts'
import type { Stock } from '../domain/stock.ts'
import type { Warehouse } from '../domain/warehouse.ts'

export const reservations = table<Reservation>('reservations', { key: 'orderId' })
export const adjustments = table<Adjustment>('adjustments', { key: 'adjustmentId' })
export const articles = table<Article>('articles', { key: 'sku' })
/** An order may see another priority a moment late. */
export const warehouses = table<Warehouse>('warehouses', { key: 'warehouse', lock: false })
export const stocks = table<Stock>('stocks', { key: 'stockKey' })
