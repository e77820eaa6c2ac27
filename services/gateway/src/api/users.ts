import { z } from 'zod'
import { user } from './auth.ts'
import type { Endpoint } from './endpoint.ts'
import { byId } from './schemas.ts'

const one = { 200: { description: 'The user', schema: user } }
const common = { tag: 'users', access: 'admin', service: 'user', params: byId, answers: one } as const

const rotation = z
  .strictObject({
    graceSeconds: z
      .int()
      .min(0)
      .max(30 * 24 * 3600)
      .optional()
      .meta({ description: 'How long tokens of the old key stay valid; by default as long as they live' }),
    immediately: z.boolean().optional().meta({ description: 'Without waiting until every service knows the new key' }),
  })
  .optional()

export const users: Endpoint[] = [
  {
    method: 'get',
    path: '/users/me',
    tag: 'users',
    summary: 'Who I am',
    access: 'user',
    answers: one,
    service: 'user',
    to: '/users/me',
  },
  {
    ...common,
    method: 'get',
    path: '/users/{id}',
    summary: 'A user: oneself, or any for administrators',
    access: 'user',
    to: '/users/{id}',
  },
  { ...common, method: 'post', path: '/users/{id}/suspend', summary: 'Suspend a user', to: '/users/{id}/suspend' },
  { ...common, method: 'post', path: '/users/{id}/reactivate', summary: 'Reactivate a user', to: '/users/{id}/reactivate' },
  { ...common, method: 'delete', path: '/users/{id}', summary: 'Delete a user (the record stays)', to: '/users/{id}' },
  {
    method: 'post',
    path: '/keys/rotate',
    tag: 'users',
    summary: 'Make a new key for signing tokens',
    access: 'admin',
    body: rotation,
    answers: { 201: { description: 'The new key', schema: z.object({ kid: z.string() }) } },
    service: 'user',
    to: '/keys/rotate',
    notAgain: true,
  },
]
