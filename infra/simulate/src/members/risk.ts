import type { Assessment } from '@murmuration/risk/domain/assessment'
import { assessments } from '@murmuration/risk/store/tables'
import { subscriptions } from '@murmuration/risk/subscriptions'
import type { Member } from '../member.ts'
import { changedForGood } from '../watch/machine.ts'

export const risk: Member = {
  definition: () => subscriptions,
  *watch(changes) {
    for (const { key, before, after } of changes.of(assessments))
      yield* changedForGood<Assessment>(`the assessment of ${key}`, before, after, ['level', 'score', 'amount'])
  },
}
