import { z } from 'zod'
import { PROBLEMS, problemSchema } from '../contract/problem.ts'
import type { Described } from './route.ts'

function schemaOf(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })
}

/** OpenAPI 3.1 of the routes as they are declared: there is no second list. */
export function describeRoutes(base: string, routes: readonly Described[]): unknown {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const path = base + route.path.replaceAll(/:([a-z_]+)/g, '{$1}')
    const names = [...route.path.matchAll(/:([a-z_]+)/g)].map((match) => match[1])
    const query =
      route.query instanceof z.ZodObject
        ? Object.entries(route.query.shape).map(([name, schema]) => ({
            name,
            in: 'query',
            required: false,
            schema: schema instanceof z.ZodType ? schemaOf(schema) : {},
          }))
        : []
    paths[path] = {
      ...paths[path],
      [route.method.toLowerCase()]: {
        summary: route.summary,
        ...(route.scope === null ? {} : { 'x-scope': route.scope }),
        parameters: [
          ...names.map((name) => ({
            name,
            in: 'path',
            required: true,
            schema: { type: 'string' },
          })),
          ...query,
        ],
        ...(route.body === undefined
          ? {}
          : {
              requestBody: {
                required: true,
                content: { 'application/json': { schema: schemaOf(route.body) } },
              },
            }),
        responses: Object.fromEntries(
          route.statuses.map((status) => [
            String(status),
            status < 400
              ? {
                  description: 'done',
                  ...(status === 204
                    ? {}
                    : { content: { 'application/json': { schema: schemaOf(route.response) } } }),
                }
              : {
                  description: 'problem',
                  content: { 'application/problem+json': { schema: schemaOf(problemSchema) } },
                },
          ]),
        ),
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Provision Widgets BFF', version: '1' },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'at+jwt' } },
    },
    security: [{ token: [] }],
    paths,
  }
}

/** One line per code a problem can carry, for `GET /v1/errors`. */
export function describeProblems(): { code: string; status: number; retryable: boolean }[] {
  return Object.entries(PROBLEMS).map(([code, { status, retryable }]) => ({
    code,
    status,
    retryable,
  }))
}
