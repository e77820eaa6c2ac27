import { serviceEnv } from '@murmuration/http'
import { z } from 'zod'
import { reservationMs } from './domain/reservation.ts'

export const config = serviceEnv.extend({
  /** How long stock is held for an order that is not paid, in ms. */
  RESERVATION_TTL_MS: z.coerce.number().int().min(1000).max(86_400_000).default(reservationMs),
})
