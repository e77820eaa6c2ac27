import { table } from '@murmuration/choreography'
import type { Payment } from '../domain/payment.ts'

export const payments = table<Payment>('payments', { key: 'orderId' })
