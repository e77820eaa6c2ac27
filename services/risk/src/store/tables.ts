import { table } from '@murmuration/choreography'
import type { Assessment } from '../domain/assessment.ts'
import type { Profile } from '../domain/profile.ts'
import type { RuleRow } from '../domain/rules.ts'

export const assessments = table<Assessment>('assessments', { key: 'paymentId' })
/** Shared by all payments of a user. */
export const profiles = table<Profile>('profiles', { key: 'userId' })
/** A change may be seen a moment late. */
export const rules = table<RuleRow>('rules', { key: 'name', lock: false })
