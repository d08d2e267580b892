import { isRefusal } from '../contract/refusal.ts'
import { type Usage, usageSchema } from '../contract/resources.ts'
import { instant } from '../operations/present.ts'
import { readUsage, type UsageDeps } from '../usage/read.ts'
import { asProblem } from './refused.ts'
import type { Outcome, Routes } from './route.ts'
import { monthQuery } from './services.ts'

/** `GET /services/{service}/usage`. */
export function usageRoutes(routes: Routes, deps: UsageDeps): void {
  routes.add({
    method: 'GET',
    path: '/services/:service/usage',
    summary: 'What the account uses of what it may; parts fail alone',
    scope: 'usage:read',
    query: monthQuery,
    response: usageSchema,
    statuses: [200, 400, 401, 403, 404, 409, 422, 503],
    async handle({ access, params, query, facts }): Promise<Outcome<Usage>> {
      const view = await readUsage(deps, access.tenant, params.service ?? '', query.month)
      if (isRefusal(view)) return asProblem(view)
      return {
        kind: 'ok',
        body: {
          as_of: view.as_of === null ? null : instant(view.as_of),
          month: view.month,
          parts: view.parts.map(({ error, label, ...part }) => ({
            ...part,
            label: facts.say({ code: label }).text,
            ...(error === undefined ? {} : { error: facts.say(error) }),
          })),
        },
      }
    },
  })
}
