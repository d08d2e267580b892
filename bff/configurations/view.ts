import { z } from 'zod'
import type { ConfigurationRow, ConfigurationWithUse } from '../../db/configurations.ts'
import { certificateSchema, type Pin, pinSchema, testCauseSchema } from '../contract/resources.ts'
import type { ActionDefinition, Rights } from '../providers/provider.ts'

const storedTestSchema = z.object({
  at: z.number(),
  cause: testCauseSchema,
  version: z.string().optional(),
  certificate: certificateSchema.optional(),
})
/** The last connection test as stored; `at` in milliseconds. Text code `test.<cause>`. */
export type StoredTest = z.infer<typeof storedTestSchema>

const storedRightsSchema: z.ZodType<Rights> = z.object({
  all: z.boolean(),
  privileges: z.array(z.string()),
})

/** Whether the token may do one action; `ok: null` while its rights are unknown. Text code `action.<name>`. */
export interface ActionRight {
  readonly action: string
  readonly ok: boolean | null
  readonly missing: readonly string[]
}

/** A configuration as it is shown: never with its token. */
export interface ConfigurationView {
  readonly id: string
  readonly label: string
  readonly host: string
  readonly port: number
  readonly user: string
  readonly token_set: boolean
  readonly pin: Pin | undefined
  readonly disabled: boolean
  readonly services: number
  readonly test: StoredTest | undefined
  readonly rights: readonly ActionRight[]
}

/** What a token may do of each action, and what it lacks. Pure. */
export function rightsTable(
  actions: readonly Pick<ActionDefinition, 'name' | 'needs' | 'order'>[],
  rights: Rights | undefined,
): ActionRight[] {
  return [...actions]
    .sort((a, b) => a.order - b.order)
    .map(({ name, needs }) => {
      if (needs.length === 0) return { action: name, ok: true, missing: [] }
      if (rights === undefined) return { action: name, ok: null, missing: [] }
      const missing = rights.all ? [] : needs.filter((need) => !rights.privileges.includes(need))
      return { action: name, ok: missing.length === 0, missing }
    })
}

/** What a configuration's token may do, as last read; undefined while unknown. Pure. */
export function storedRights(row: Pick<ConfigurationRow, 'rights'>): Rights | undefined {
  return row.rights === null ? undefined : storedRightsSchema.parse(JSON.parse(row.rights))
}

/** Puts a row into the form that is shown. Pure. */
export function viewOf(
  { configuration, server, services }: ConfigurationWithUse,
  actions: readonly ActionDefinition[],
): ConfigurationView {
  const { pin, test } = configuration
  return {
    id: configuration.id,
    label: configuration.label,
    host: server.host,
    port: server.port,
    user: configuration.api_user,
    token_set: configuration.token !== '',
    pin: pin === null ? undefined : pinSchema.parse(JSON.parse(pin)),
    disabled: configuration.disabled,
    services,
    test: test === null ? undefined : storedTestSchema.parse(JSON.parse(test)),
    rights: rightsTable(actions, storedRights(configuration)),
  }
}
