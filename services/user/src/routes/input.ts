import { z } from 'zod'

export const idParams = z.object({ id: z.uuid() })

const password = z.string().min(8).max(200)
export const registration = z.strictObject({
  email: z.email().max(254),
  username: z.string().regex(/^[A-Za-z0-9_.-]{3,40}$/),
  password,
  fullName: z.string().trim().min(1).max(200),
  phone: z
    .string()
    .regex(/^\+?[0-9 ()-]{5,30}$/)
    .optional(),
})
export const credentials = z.strictObject({ email: z.string().min(1).max(254), password: z.string().min(1).max(200) })
export const refresh = z.strictObject({ refreshToken: z.string().min(1).max(200) })
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
