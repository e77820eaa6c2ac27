import { table } from '@murmuration/choreography'
import type { Identity, User } from '../domain/user.ts'

export const identities = table<Identity>('identities', { key: 'identity' })
export const users = table<User>('users', { key: 'userId' })
