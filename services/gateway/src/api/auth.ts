import { email, newPassword, phone, username } from '@murmuration/http/formats'
import { z } from 'zod'
import type { Endpoint } from './endpoint.ts'
import { id, line, time } from './schemas.ts'

export const user = z
  .object({
    userId: id,
    email: z.string(),
    username: z.string(),
    fullName: z.string(),
    phone: z.string().nullable(),
    role: z.enum(['user', 'admin']),
    status: z.enum(['active', 'suspended', 'deleted']),
    createdAt: time,
    updatedAt: time,
    deletedAt: time.nullable(),
  })
  .meta({ id: 'User' })

const registration = z
  .strictObject({ email, username, password: newPassword, fullName: line(200), phone: phone.optional() })
  .meta({ id: 'Registration' })
const credentials = z.strictObject({ email: line(254), password: z.string().min(1).max(200) }).meta({ id: 'Credentials' })
const refresh = z.strictObject({ refreshToken: line(200) }).meta({ id: 'Refresh' })
const tokens = z
  .object({
    accessToken: z.string(),
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().meta({ description: 'Seconds' }),
    refreshToken: z.string().meta({ description: 'Works once and gives the next one' }),
    refreshExpiresAt: time,
    user,
  })
  .meta({ id: 'Tokens' })

const common = { method: 'post', tag: 'auth', access: 'anybody', service: 'user' } as const

export const auth: Endpoint[] = [
  {
    ...common,
    path: '/auth/register',
    summary: 'Register a user',
    body: registration,
    answers: { 201: { description: 'Registered', schema: user } },
    to: '/auth/register',
    creates: true,
    located: true,
  },
  {
    ...common,
    path: '/auth/login',
    summary: 'Log in by e-mail address',
    body: credentials,
    answers: { 200: { description: 'Logged in', schema: tokens } },
    to: '/auth/login',
  },
  {
    ...common,
    path: '/auth/refresh',
    summary: 'Exchange a refresh token for new tokens',
    description:
      'The same refresh token again within 10 s (two tabs, a lost answer) gives the same next one. After that it ends the whole login: it was stolen.',
    body: refresh,
    answers: { 200: { description: 'New tokens', schema: tokens } },
    to: '/auth/refresh',
  },
  {
    ...common,
    path: '/auth/logout',
    summary: 'End a login',
    body: refresh,
    answers: { 204: { description: 'Ended' } },
    to: '/auth/logout',
  },
]
