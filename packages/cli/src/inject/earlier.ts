import { timeOfId } from '../ids.ts'
import { type Place, readBefore } from '../kafka/read.ts'
import type { Stack } from '../stack/stack.ts'
import type { InjectedMessage } from './message.ts'

/** A message that says the same as one that was injected after it. */
export interface Earlier extends Place {
  readonly id: string
}

// Clocks differ, and an id is made a little before its message is written.
const SKEW_MS = 5 * 60_000
// As `murmur events` looks back for a saga whose id does not tell when it began.
const DAY_MS = 24 * 3_600_000

/** What lay in its partition before an injected message: messages with its id, and others of its saga and type. */
export async function earlier(
  stack: Stack,
  { sagaId, id, headers }: InjectedMessage,
  place: Place,
): Promise<{ readonly sameId: readonly Earlier[]; readonly sameSaga: readonly Earlier[] }> {
  const began = Math.min(timeOfId(sagaId) ?? Date.now() - DAY_MS, timeOfId(id) ?? Date.now())
  const found = await readBefore(stack, place, began - SKEW_MS, ({ topic, partition, offset, headers: theirs }): Earlier | undefined => {
    const alike = theirs['ce_id'] === id || (theirs['ce_sagaid'] === sagaId && theirs['ce_type'] === headers['ce_type'])
    return alike ? { topic, partition, offset, id: theirs['ce_id'] ?? '' } : undefined
  })
  return { sameId: found.filter((each) => each.id === id), sameSaga: found.filter((each) => each.id !== id) }
}
