import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventByType } from '@murmuration/contracts'
import { describe, expect, it } from 'vitest'
import { root } from '../src/stack/stack.ts'

const folder = join(root, 'infra/inject')
const scripts = readdirSync(folder).filter((name) => name.endsWith('.sh'))
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8')

describe('the injection scripts', () => {
  it.each(readdirSync(join(folder, 'data')))('send data that its schema takes: %s', (file) => {
    const type = file.replace('.json', '').replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())
    const kind = eventByType.get(type)
    expect(kind, `${file} is named after an event`).toBeDefined()
    expect(kind?.validate(JSON.parse(textOf(`data/${file}`)))).toEqual([])
  })

  it.each(scripts)('name only data and events that exist: %s', (name) => {
    const text = textOf(name)
    for (const [, file] of text.matchAll(/\$data\/([\w-]+\.json)/g)) expect(readdirSync(join(folder, 'data'))).toContain(file)
    const named = text.matchAll(/\b((?:Order|Stock|Payment|Channel|Notification)[A-Z][A-Za-z]+)\b/g)
    for (const [, type] of named) expect(eventByType.has(type as string), `${name} names ${type}`).toBe(true)
  })

  it('are all told of in their README', () => {
    for (const name of scripts) expect(textOf('README.md')).toContain(name)
  })
})
