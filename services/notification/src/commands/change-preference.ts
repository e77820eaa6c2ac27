import { command } from '@murmuration/choreography'
import type { Wishes } from '../domain/preference.ts'
import { preferences } from '../store/tables.ts'

export interface ChangePreference extends Wishes {
  readonly userId: string
}

export const changePreference = command<ChangePreference>()('ChangePreference', {
  emits: [],
  saga: ({ userId }) => userId,
  reads: ({ userId }) => ({ preference: preferences.one(userId) }),
  decide: ({ userId, email, muted }, _rows, { now }) => ({
    rows: { preference: { userId, email, muted: [...new Set(muted)].sort(), changedAt: now.toISOString() } },
    reply: { email, muted: [...new Set(muted)].sort() },
  }),
})
