import { type Currency, formats, type PaymentMethod } from '@murmuration/contracts'
import { z } from 'zod'
import { countries } from './countries.ts'

/*
 * The formats of fields that come in over HTTP, each in one place for the gateway and the services: what one lets pass the other takes, too, and so do the
 * events that it ends in (formats.test.ts). Lengths are in code points, as in the event schemas.
 */

/** Text of one line that shows something: no control characters, not only blanks. */
export const line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\p{Z}\p{Cf}]*[^\p{Z}\p{Cf}\p{Cc}\p{Cs}][^\p{Cc}\p{Cs}]*$/u)
/** Text with line breaks, or none at all. */
export const text = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\0\p{Cs}]*$/u)

/** What somebody has to say, in lines: a reason, a note. */
export const note = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\s\p{Z}\p{Cf}]*[^\s\0\p{Z}\p{Cf}\p{Cs}][^\0\p{Cs}]*$/u)

/** A UUID; upper case becomes lower, so that one id is one key. */
export const id = z.uuid().toLowerCase().meta({ description: 'UUID' })
/** A moment in UTC that a database can hold. */
export const moment = z.iso.datetime().regex(formats['date-time'])

export const email = z.email({ pattern: formats.email }).max(254)
export const username = z.string().regex(/^[A-Za-z0-9_.-]{3,40}$/)
export const phone = z.string().regex(/^\+?[0-9 ()-]{5,30}$/)
/** A new password. Whether it would be guessed is the user service's to say. */
export const newPassword = z.string().min(8).max(200).meta({ description: 'One that is easily guessed is refused: 400 `weak_password`' })

export const sku = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
export const warehouse = z
  .string()
  .max(32)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/)
/** ISO 3166-1 alpha-2. */
export const country = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .refine((code) => countries.has(code), 'the ISO 3166-1 alpha-2 code of a country')

export const currency = z.enum(['EUR', 'USD', 'GBP'] satisfies Currency[])
export const paymentMethod = z.enum(['credit_card', 'debit_card', 'paypal', 'alipay', 'wechat', 'decline'] satisfies PaymentMethod[])
/** More than nothing, in minor units. */
export const price = z.strictObject({ amount: z.int().min(1).meta({ description: 'Minor units, e.g. cents' }), currency })
/** Where a picture is. */
export const imageUrl = z.url({ protocol: /^https$/ }).max(500)

/**
 * A whole number in an address, in the one way to write it: decimal digits, no sign, no leading zero. JavaScript's own reading takes `0x10`, `1e2`,
 * blanks and nothing at all for numbers.
 */
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .transform((text, context) => {
      const value = /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN
      if (value >= min && value <= max) return value
      context.addIssue(`a whole number from ${min} to ${max} in decimal digits`)
      return z.NEVER
    })
    .meta({ type: 'integer', minimum: min, maximum: max })
