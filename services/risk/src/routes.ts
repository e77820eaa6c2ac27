import type { Command } from '@murmuration/choreography'
import { parseInput, principalOf, problem, requireRole, validated } from '@murmuration/http'
import express, { type RequestHandler, type Router } from 'express'
import { changeRule } from './commands/change-rule.ts'
import { isRuleName, rulesFrom } from './domain/rules.ts'
import { oneRule, ruleChange } from './inputs.ts'
import type { StoredRules } from './store/rules.ts'

interface RoutesOptions {
  execute<Input, Reply>(command: Command<Input, Reply>, input: Input): Promise<Reply>
  readonly stored: Pick<StoredRules, 'changed'>
  readonly authenticate: RequestHandler
}

/** Rules for administrators to read and change; a change counts from the next payment. */
export function ruleRoutes({ execute, stored, authenticate }: RoutesOptions): Router {
  const router = express.Router()
  router.use('/rules', authenticate, requireRole('admin'))
  router.get('/rules', async (_req, res) => {
    res.json({ items: Object.values(rulesFrom(await stored.changed())) })
  })
  router.put(
    '/rules/:name',
    validated({ params: oneRule }, async ({ params: { name } }, req, res) => {
      if (!isRuleName(name)) throw problem(404, 'rule_not_found', 'There is no such rule.')
      const change = parseInput(ruleChange(name), req.body)
      res.json(await execute(changeRule, { name, ...change, changedBy: principalOf(req).userId }))
    }),
  )
  return router
}
