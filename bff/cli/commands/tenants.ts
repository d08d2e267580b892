import { z } from 'zod'
import { type Command, understood, type Values } from './command.ts'
import { keySetFrom } from './key-files.ts'
import { limitOptions } from './limit-options.ts'
import { stepUpOption } from './step-up-option.ts'
import { added, shown } from './table.ts'

const one = { type: 'string' } as const
const many = { type: 'string', multiple: true } as const
const flag = { type: 'boolean' } as const

const pathOf = ({ tenant }: Values, verb = '') => {
  if (typeof tenant !== 'string' || tenant === '') throw new Error('--tenant ID is missing.')
  return `/tenants/${encodeURIComponent(tenant)}${verb}`
}

/** Every value of an option that may be given more than once. */
function textsOf(value: Values[string]): string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined
}

/** `none` goes back to the default. */
const orNull = (value: unknown) => (value === 'none' ? null : value)

const cell = (value: unknown): string =>
  value === null
    ? '–'
    : Array.isArray(value)
      ? value.join(' ')
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value)

const partsSchema = z.record(z.string(), z.unknown())
const changedSchema = z.object({ id: z.string(), before: partsSchema, after: partsSchema })

function changedInWords(body: unknown): string {
  const { id, before, after } = changedSchema.parse(body)
  const names = Object.keys(after)
  if (names.length === 0) return `Tenant ${id} is so already: nothing was changed.\n`
  return `Changed tenant ${id}. It holds everywhere within five seconds.\n${names
    .map((name) => `  ${name}: ${cell(before[name])} → ${cell(after[name])}\n`)
    .join('')}`
}

const switchedSchema = z.object({
  tenant: z.object({ id: z.string(), label: z.string() }),
  under_way: z.number(),
  scheduled: z.number(),
})

function disabledInWords(body: unknown): string {
  const { tenant, under_way, scheduled } = switchedSchema.parse(body)
  return [
    `Disabled tenant ${tenant.id}. Within five seconds its tokens are refused everywhere and its pages hear no more.`,
    ...(under_way > 0
      ? [`${under_way} of its operations are under way: they run on to their end.`]
      : []),
    ...(scheduled > 0
      ? [`${scheduled} of its operations are planned for a date: they wait until it is enabled.`]
      : []),
    '',
  ].join('\n')
}

function enabledInWords(body: unknown): string {
  const { tenant, scheduled } = switchedSchema.parse(body)
  return `Enabled tenant ${tenant.id}.${
    scheduled > 0
      ? ` ${scheduled} of its operations are planned for a date; what is more than a day late goes to a person.`
      : ''
  }\n`
}

export const tenantCommands: readonly Command[] = [
  {
    name: 'tenant add',
    async read(args) {
      return understood(
        args,
        {
          label: one,
          issuer: one,
          origin: many,
          'jwks-url': one,
          jwks: one,
          'public-key': one,
          'key-id': one,
          algorithm: many,
          'client-action': many,
          language: one,
          'step-up': many,
          limit: many,
        },
        (values) => ({
          method: 'POST',
          path: '/tenants',
          body: {
            label: values.label,
            issuer: values.issuer,
            origins: values.origin ?? [],
            jwks_url: values['jwks-url'],
            jwks: keySetFrom(values.jwks, values['public-key'], values['key-id']),
            algorithms: values.algorithm,
            client_actions: values['client-action'],
            language: values.language,
            step_up: stepUpOption(textsOf(values['step-up'])) ?? undefined,
            limits: limitOptions(values.limit),
          },
        }),
      )
    },
    show: (body) => added('tenant', body),
  },
  {
    name: 'tenant list',
    async read(args) {
      return understood(args, {}, () => ({ method: 'GET', path: '/tenants' }))
    },
    show: (body) =>
      shown(body, 'tenants', ['id', 'label', 'issuer', 'keys', 'origins', 'disabled']),
  },
  {
    name: 'tenant show',
    async read(args) {
      return understood(args, { tenant: one }, (values) => ({
        method: 'GET',
        path: pathOf(values),
      }))
    },
    show: (body) =>
      Object.entries(partsSchema.parse(body))
        .map(([name, value]) => `${name.padEnd(14)}  ${cell(value)}\n`)
        .join(''),
  },
  {
    name: 'tenant change',
    async read(args) {
      return understood(
        args,
        {
          tenant: one,
          label: one,
          issuer: one,
          origin: many,
          'add-origin': many,
          'remove-origin': many,
          'jwks-url': one,
          jwks: one,
          'public-key': one,
          'add-jwks': one,
          'add-public-key': one,
          'key-id': one,
          'remove-key': many,
          algorithm: many,
          'client-action': many,
          'default-client-actions': flag,
          language: one,
          'step-up': many,
          limit: many,
        },
        (values) => ({
          method: 'PATCH',
          path: pathOf(values),
          body: {
            label: values.label,
            issuer: values.issuer,
            origins: values.origin,
            add_origins: values['add-origin'],
            remove_origins: values['remove-origin'],
            jwks_url: values['jwks-url'],
            jwks: keySetFrom(values.jwks, values['public-key'], values['key-id']),
            add_keys: keySetFrom(values['add-jwks'], values['add-public-key'], values['key-id']),
            remove_keys: values['remove-key'],
            algorithms: values.algorithm,
            client_actions:
              values['default-client-actions'] === true ? null : values['client-action'],
            language: orNull(values.language),
            step_up: stepUpOption(textsOf(values['step-up'])),
            limits: limitOptions(values.limit),
          },
        }),
      )
    },
    show: changedInWords,
  },
  {
    name: 'tenant disable',
    async read(args) {
      return understood(args, { tenant: one }, (values) => ({
        method: 'POST',
        path: pathOf(values, '/disable'),
      }))
    },
    show: disabledInWords,
  },
  {
    name: 'tenant enable',
    async read(args) {
      return understood(args, { tenant: one }, (values) => ({
        method: 'POST',
        path: pathOf(values, '/enable'),
      }))
    },
    show: enabledInWords,
  },
  {
    name: 'tenant remove',
    async read(args) {
      return understood(args, { tenant: one }, (values) => ({
        method: 'DELETE',
        path: pathOf(values),
      }))
    },
    show: (body) => {
      const { id } = z.object({ id: z.string() }).parse(body)
      return `Removed tenant ${id}. What its log says stays.\n`
    },
  },
]
