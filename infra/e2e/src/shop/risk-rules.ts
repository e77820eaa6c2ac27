import { ask, insist } from '../stack/gateway.ts'
import { admin } from './people.ts'

/** Runs `work` while a risk rule has other parameters. */
export async function whileRule<T>(name: string, params: object, work: () => Promise<T>): Promise<T> {
  const { token } = await admin()
  const { items } = await insist(ask('GET', '/risk/rules', { token }))
  const before = (items as { name: string; params: object }[]).find((rule) => rule.name === name)
  const put = (given: object) => insist(ask('PUT', `/risk/rules/${name}`, { token, body: { params: given } }))
  await put(params)
  try {
    return await work()
  } finally {
    await put(before?.params ?? {})
  }
}
