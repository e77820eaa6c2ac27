import { table } from '@murmuration/choreography'
import type { Adjustment } from '../domain/adjustment.ts'
import type { Reservation } from '../domain/reservation.ts'
import type { Stock } from '../domain/stock.ts'

export const reservations = table<Reservation>('reservations', { key: 'orderId' })
export const adjustments = table<Adjustment>('adjustments', { key: 'adjustmentId' })
export const stocks = table<Stock>('stocks', { key: 'stockKey' })
