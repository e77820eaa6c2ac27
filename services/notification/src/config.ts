import { serviceEnv } from '@murmuration/http'
import { z } from 'zod'

export const config = serviceEnv.extend({
  /** The mail server, smtp:// or smtps://; absent: everything goes to the log. */
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  /** The sender of all letters. */
  SMTP_FROM: z.string().regex(/@/).default('Murmuration <no-reply@murmuration.example>'),
})
