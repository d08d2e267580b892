import { z } from 'zod'
import { actionSchema } from '../contract/action.ts'
import { operationSchema } from '../contract/operation.ts'
import { problemSchema } from '../contract/problem.ts'
import { configurationSchema, fieldSchema, logEntrySchema } from '../contract/resources.ts'
import { serviceSchema } from '../contract/service.ts'
import { textSchema } from '../contract/text.ts'
import type { Described } from './route.ts'

/** What many answers share, described once under `components`. */
const SHARED = z
  .registry<{ id: string }>()
  .add(actionSchema, { id: 'Action' })
  .add(configurationSchema, { id: 'Configuration' })
  .add(fieldSchema, { id: 'Field' })
  .add(logEntrySchema, { id: 'LogEntry' })
  .add(operationSchema, { id: 'Operation' })
  .add(problemSchema, { id: 'Problem' })
  .add(serviceSchema, { id: 'Service' })
  .add(textSchema, { id: 'Text' })

type Schemas = Record<string, unknown>

/** One schema; the shared ones in it are put among `components` and referred to. */
function described(schema: z.ZodType, components: Schemas): unknown {
  // Inside an object a shared schema is referred to like any other part, the root too.
  const { properties, $defs } = z.toJSONSchema(z.object({ root: schema }), {
    metadata: SHARED,
    unrepresentable: 'any',
    io: 'input',
    reused: 'inline',
  })
  const moved = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/'))
  for (const [name, definition] of Object.entries($defs ?? {})) {
    const { id: _, ...rest } = definition
    components[name] = moved(rest)
  }
  return moved(properties?.root)
}

/** OpenAPI 3.1 of the routes as they are declared: there is no second list. */
export function describeRoutes(base: string, routes: readonly Described[]): unknown {
  const paths: Record<string, Record<string, unknown>> = {}
  const schemas: Schemas = {}
  const schemaOf = (schema: z.ZodType) => described(schema, schemas)
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
          ...(route.streams
            ? [{ name: 'Last-Event-ID', in: 'header', required: false, schema: { type: 'string' } }]
            : []),
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
                    : {
                        content:
                          route.downloads.length > 0
                            ? Object.fromEntries(
                                route.downloads.map((type) => [
                                  type,
                                  { schema: { type: 'string' } },
                                ]),
                              )
                            : {
                                [route.streams ? 'text/event-stream' : 'application/json']: {
                                  schema: schemaOf(route.response),
                                },
                              },
                      }),
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
      schemas,
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'at+jwt' } },
    },
    security: [{ token: [] }],
    paths,
  }
}
