import { expect, it } from 'vitest'
import { flame } from './flame.ts'
import { byPackage, packageOf } from './packages.ts'
import { type CpuProfile, processOf, stacksOf } from './samples.ts'

const frame = (functionName: string, url = '') => ({ callFrame: { functionName, url } })
const kafkajs = 'file:///x/node_modules/.pnpm/kafkajs@2.2.4/node_modules/kafkajs/src/index.js'
const profile: CpuProfile = {
  nodes: [
    { id: 1, ...frame('(root)'), children: [2, 5] },
    { id: 2, ...frame('main', 'file:///x/services/order/src/main.ts'), children: [3] },
    { id: 3, ...frame('send', kafkajs), children: [4] },
    { id: 4, ...frame('writev') },
    { id: 5, ...frame('(idle)') },
  ],
  startTime: 1_000_000,
  samples: [2, 3, 4, 5, 3],
  timeDeltas: [1000, 2000, 4000, 8000, 16000],
}
const always = { from: 0, to: Number.POSITIVE_INFINITY }

it('finds out which process a profile is of', () => {
  expect(processOf(profile)).toBe('order')
  const hosting = { ...profile, nodes: [{ id: 1, ...frame('main', 'file:///x/packages/host/src/main.ts') }] }
  expect(processOf(hosting)).toBe('flock')
})

it('adds up what V8 does to the package that asked for it, and leaves idle time out', () => {
  expect(byPackage(stacksOf(profile, always))).toEqual([
    ['kafkajs', 22],
    ['services/order', 1],
  ])
})

it('counts only what lies in the window', () => {
  expect(byPackage(stacksOf(profile, { from: 1002, to: 1010 }))).toEqual([['kafkajs', 6]])
})

it('names packages as one would', () => {
  const named = (url: string) => packageOf({ name: 'f', url })
  expect(named('node:internal/buffer')).toBe('node:buffer')
  expect(named('file:///x/node_modules/.pnpm/a@1/node_modules/@opentelemetry/core/index.js')).toBe('@opentelemetry')
  expect(named('file:///x/packages/http/src/app.ts')).toBe('packages/http')
  expect(packageOf({ name: '(garbage collector)', url: '' })).toBe('gc')
})

it('draws boxes as wide as their share', () => {
  const svg = flame(new Map([['order', stacksOf(profile, always)]]), 10)
  expect(svg).toContain('2.30 ms for each of 10 sagas')
  expect(svg).toContain('<title>kafkajs: 2.200 ms/saga, 95.7 %</title>')
})
