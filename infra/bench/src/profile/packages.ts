import type { Frame, Stack } from './samples.ts'

const installed = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/
const own = /\/(packages|services)\/([\w-]+)\//

/** The package that a function belongs to: `kafkajs`, `packages/choreography`, `node:net`, `gc`, `v8`. */
export function packageOf({ name, url }: Frame): string {
  if (name === '(garbage collector)') return 'gc'
  if (name === '(program)') return 'native'
  if (url.startsWith('node:')) return url.replace(/^node:(internal\/)?/, 'node:').split('/')[0] ?? url
  const library = installed.exec(url)?.[1]
  if (library !== undefined) return library.startsWith('@opentelemetry/') ? '@opentelemetry' : library
  const found = own.exec(url)
  return found ? `${found[1]}/${found[2]}` : 'v8'
}

/** Self time by package in ms, the most expensive first. */
export function byPackage(stacks: readonly Stack[]): [string, number][] {
  const sums = new Map<string, number>()
  for (const { frames, micros } of stacks) {
    // What V8 does itself (regular expressions, JSON, maps) belongs to whoever called it.
    const frame = frames.findLast((each) => packageOf(each) !== 'v8') ?? { name: '', url: '' }
    const name = packageOf(frame)
    sums.set(name, (sums.get(name) ?? 0) + micros / 1000)
  }
  return [...sums].sort((a, b) => b[1] - a[1])
}
