import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { program } from '../src/program.ts'
import { murmur } from './murmur.ts'

const nowhere = { MURMUR_STACK: new URL('./fixtures/empty-stack.json', import.meta.url).pathname }

const leavesOf = (command: Command): Command[] => (command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf))

describe('the command line', () => {
  it('explains itself and its exit codes', async () => {
    const { exitCode, stdout } = await murmur(['--help'])
    expect(exitCode).toBe(0)
    for (const name of ['order', 'trace', 'events', 'inject', 'parked', 'map', 'doctor']) expect(stdout).toContain(`\n  ${name}`)
    expect(stdout).toMatch(/Exit codes:\n {2}0 .*\n {2}1 .*\n {2}2 .*\n {2}3 /)
  })

  it('has for every command a description, --json and --stack', () => {
    const leaves = leavesOf(program())
    expect(leaves.length).toBeGreaterThan(15)
    for (const leaf of leaves) {
      expect(leaf.description(), leaf.name()).not.toBe('')
      expect(leaf.helpInformation(), leaf.name()).toContain('--json')
      expect(leaf.helpInformation(), leaf.name()).toContain('--stack')
    }
  })

  it.each([
    [['nonsense']],
    [['order', 'place', '--quantity', '0']],
    [['inject', 'NoSuchEvent']],
    [['inject', 'OrderPlaced', '--data', '{']],
    [['inject']],
    [['inject', '--data', '{}']],
    [['inject', 'OrderPlaced', '--raw', 'x', '--fresh']],
    [['parked', 'replay']],
    [['trace']],
  ])('ends with 2 for wrong usage: %j', async (args) => {
    const { exitCode, stdout, stderr } = await murmur(args, nowhere)
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).not.toBe('')
  })

  it.each([[['trace', 'x']], [['order', 'list']], [['parked', 'list']], [['topics']], [['inject', 'OrderPlaced']], [['doctor']]])(
    'ends with 3 where there is no stack, and says how to get one: %j',
    async (args) => {
      const { exitCode, stdout, stderr } = await murmur(args, nowhere)
      expect(exitCode).toBe(3)
      expect(`${stdout}${stderr}`).toContain('npm start')
    },
  )

  it('ends with 3 when nobody is at the address', async () => {
    const { exitCode, stderr } = await murmur(['trace', 'x', '--timeout', '0'], { ...nowhere, TEMPO_URL: 'http://127.0.0.1:2' })
    expect(exitCode).toBe(3)
    expect(stderr).toContain('Tempo at http://127.0.0.1:2 does not answer')
  })

  it('ends with 1 for data that the schema refuses', async () => {
    const { exitCode, stderr } = await murmur(['inject', 'OrderPlaced', '--data', '{"orderId":"x"}'], nowhere)
    expect(exitCode).toBe(1)
    expect(stderr).toContain('items: expected')
  })
})
