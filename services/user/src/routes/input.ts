import { email, id, line, newPassword, phone, username } from '@murmuration/http/formats'
import { z } from 'zod'

export const idParams = z.object({ id })

export const registration = z.strictObject({ email, username, password: newPassword, fullName: line(200), phone: phone.optional() })
export const credentials = z.strictObject({ email: line(254), password: z.string().min(1).max(200) })
export const refresh = z.strictObject({ refreshToken: line(200) })
export const keyRotation = z
  .strictObject({
    /** How long tokens that are out stay valid; by default as long as they live. */
    graceSeconds: z
      .number()
      .int()
      .min(0)
      .max(30 * 24 * 3600)
      .default(24 * 3600),
    immediately: z.boolean().default(false),
  })
  .prefault({})
