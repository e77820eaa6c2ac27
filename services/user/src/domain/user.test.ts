import { type Facts, RuleViolation } from '@murmuration/contracts'
import { describe, expect, it } from 'vitest'
import { changeStatus, emailIdentity, type Registration, registerUser, type Status, type User, usernameIdentity } from './user.ts'

const facts: Facts = { now: new Date('2026-11-21T10:00:00.000Z'), newId: () => '01890000-0000-7000-8000-0000000000ff' }
const userId = '01890000-0000-7000-8000-000000000001'
const admin = '01890000-0000-7000-8000-000000000002'
const input: Registration = {
  ...{ userId, email: 'ada@example.org', username: 'Ada', passwordHash: 'h', fullName: 'Ada Lovelace', phone: null, role: 'user' },
}
const nothing = { user: undefined, email: undefined, username: undefined }
const registered = () => registerUser(input, nothing, facts).rows?.user as User
const code = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    if (error instanceof RuleViolation) return `${error.status} ${error.code}`
    throw error
  }
  return 'no violation'
}

describe('registering', () => {
  it('makes an active user who owns the address and the name whatever their case', () => {
    const { rows, events, reply } = registerUser(input, nothing, facts)
    expect(rows?.user).toMatchObject({ status: 'active', role: 'user', createdAt: '2026-11-21T10:00:00.000Z' })
    expect(rows?.email).toEqual({ identity: emailIdentity('ADA@example.org'), userId })
    expect(rows?.username).toEqual({ identity: usernameIdentity('ada'), userId })
    expect(events?.map(({ event, data }) => [event.type, data])).toEqual([
      ['UserRegistered', { userId, email: 'ada@example.org', username: 'Ada', fullName: 'Ada Lovelace' }],
    ])
    expect(events?.flatMap(({ event, data }) => event.validate(data))).toEqual([])
    expect(reply.created).toBe(true)
  })

  it('never shows the hash', () => {
    const { events, reply } = registerUser({ ...input, passwordHash: 'secret-hash' }, nothing, facts)
    expect(JSON.stringify([reply, events?.map(({ data }) => data)])).not.toContain('secret-hash')
  })

  it('answers the same user when the request comes again', () => {
    const again = registerUser({ ...input, passwordHash: 'another salt' }, { ...nothing, user: registered() }, facts)
    expect(again).toEqual({ reply: { user: expect.objectContaining({ userId }), created: false } })
  })

  it('refuses another user under the same id, a taken address and a taken name', () => {
    expect(code(() => registerUser({ ...input, fullName: 'Eve' }, { ...nothing, user: registered() }, facts))).toBe(
      '422 idempotency_key_reused',
    )
    const taken = { identity: 'x', userId: admin }
    expect(code(() => registerUser(input, { ...nothing, email: taken }, facts))).toBe('409 email_taken')
    expect(code(() => registerUser(input, { ...nothing, username: taken }, facts))).toBe('409 username_taken')
  })
})

describe('changing the status', () => {
  const change = (from: Status, to: Status, by = admin) =>
    changeStatus({ userId, status: to, by }, { user: { ...registered(), status: from } }, facts)

  it.each<[Status, Status]>([
    ['active', 'suspended'],
    ['suspended', 'active'],
    ['active', 'deleted'],
    ['suspended', 'deleted'],
  ])('lets %s become %s and says so', (from, to) => {
    const { rows, events, reply } = change(from, to)
    expect(rows?.user).toMatchObject({ status: to, deletedAt: to === 'deleted' ? facts.now.toISOString() : null })
    expect(events?.map(({ data }) => data)).toEqual([{ userId, status: to, previous: from }])
    expect(reply).not.toHaveProperty('passwordHash')
  })

  it('changes nothing when it is so already', () => {
    expect(change('suspended', 'suspended')).toEqual({ reply: expect.objectContaining({ status: 'suspended' }) })
  })

  it('leaves a deleted user deleted', () => {
    expect(code(() => change('deleted', 'active'))).toBe('409 bad_transition')
    expect(code(() => change('deleted', 'suspended'))).toBe('409 bad_transition')
  })

  it('keeps administrators from locking themselves out', () => {
    expect(code(() => change('active', 'suspended', userId))).toBe('409 own_account')
  })

  it('does not know unknown users', () => {
    expect(code(() => changeStatus({ userId, status: 'active', by: admin }, { user: undefined }, facts))).toBe('404 user_not_found')
  })
})
