import type { Input, InputProperty, InputSchema, InputValue } from '../../bff/contract/dialect.ts'
import type { ConfigurationCreate, ConfigurationPatch, Pin } from '../../bff/contract/resources.ts'
import type { ProblemFault } from '../session/problem.ts'
import type { FormJob } from './configuration.machine.ts'
import type { Say } from './words.ts'

const DEFAULT_PORT = 2087

type EditJob = Extract<FormJob, { kind: 'edit' }>

/** The form of a job, in the dialect all forms are made of. Faults the BFF finds are pointed at by the same names. */
export function formSchema(job: FormJob, isRepeated: boolean, say: Say): InputSchema {
  const isAdd = job.kind === 'add'
  const isFixed = !isAdd && job.configuration.services > 0
  const token: InputProperty = {
    type: 'string',
    title: say('token'),
    minLength: 8,
    maxLength: 256,
    pattern: '[\\x21-\\x7e]+',
    'x-provision': {
      secret: true,
      help: say(isRepeated ? 'token_again' : 'token_help'),
      ...(isAdd ? {} : { show_if: { field: 'replace_token', equals: true } }),
    },
  }
  const address: Record<string, InputProperty> = isFixed
    ? {}
    : {
        host: {
          type: 'string',
          title: say('host'),
          maxLength: 253,
          pattern: '[^\\s/\\\\?#@%]+',
          'x-provision': { help: say('host_help') },
        },
        port: {
          type: 'integer',
          title: say('port'),
          minimum: 1,
          maximum: 65_535,
          default: DEFAULT_PORT,
        },
      }
  return {
    type: 'object',
    properties: {
      label: {
        type: 'string',
        title: say('label'),
        maxLength: 200,
        'x-provision': { help: say('label_help') },
      },
      ...address,
      user: {
        type: 'string',
        title: say('user'),
        maxLength: 32,
        pattern: '[a-z0-9][a-z0-9_-]{0,31}',
        'x-provision': { help: say('user_help') },
      },
      ...(isAdd
        ? {
            token,
            fingerprint: {
              type: 'string',
              title: say('pin'),
              maxLength: 32_768,
              pattern:
                '([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}|sha256/[A-Za-z0-9+/]{43}=|-----BEGIN CERTIFICATE-----[\\s\\S]+-----END CERTIFICATE-----',
              'x-provision': { widget: 'textarea', help: say('pin_help') },
            },
          }
        : {
            replace_token: {
              type: 'boolean',
              title: say('replace_token'),
              'x-provision': { help: say(isFixed ? 'replace_fixed_help' : 'replace_help') },
            },
            token,
          }),
    },
    required: ['label', ...Object.keys(address), 'user', 'token'],
    additionalProperties: false,
  }
}

/** What a form for changing a configuration begins with. */
export function editJob(configuration: EditJob['configuration']): EditJob {
  const { label, host, port, user } = configuration
  return { kind: 'edit', configuration, input: { label, host, port, user } }
}

const text = (value: InputValue | undefined): string =>
  typeof value === 'string' ? value.trim() : ''

/** A fingerprint in the one form the BFF takes: upper-case pairs with colons. Pure. */
export function normalFingerprint(typed: string): string {
  return (typed.toUpperCase().match(/[0-9A-F]{2}/g) ?? []).join(':')
}

/** What a server is held to: the text says by its form whether it is a fingerprint, a key or an authority. Pure. */
export function pinOf(typed: string): Pin | undefined {
  if (typed === '') return undefined
  if (typed.startsWith('sha256/')) return { spki: typed }
  return typed.startsWith('-') ? { ca: typed } : { fingerprint: normalFingerprint(typed) }
}

/** Where the form has what a fault of `createBody` is about: a pin, whatever its kind, is typed into one field. Pure. */
export function faultsAtFields(errors: readonly ProblemFault[]): readonly ProblemFault[] {
  return errors.map((fault) =>
    /^\/pin(?:\/|$)/.test(fault.pointer) ? { ...fault, pointer: '/fingerprint' } : fault,
  )
}

/** Body of `POST /v1/configurations`. Pure. */
export function createBody(input: Input): ConfigurationCreate {
  const pin = pinOf(text(input.fingerprint))
  return {
    label: text(input.label),
    host: text(input.host),
    port: Number(input.port ?? DEFAULT_PORT),
    user: text(input.user),
    token: text(input.token),
    ...(pin === undefined ? {} : { pin }),
  }
}

/** Body of `PATCH /v1/configurations/{id}`: only what is different. Pure. */
export function patchBody({ configuration, input }: EditJob): ConfigurationPatch {
  const { label, host, port, user } = configuration
  const wanted = {
    label: text(input.label ?? label),
    host: text(input.host ?? host),
    port: Number(input.port ?? port),
    user: text(input.user ?? user),
  }
  return {
    ...(wanted.label === label ? {} : { label: wanted.label }),
    ...(wanted.host === host ? {} : { host: wanted.host }),
    ...(wanted.port === port ? {} : { port: wanted.port }),
    ...(wanted.user === user ? {} : { user: wanted.user }),
    ...(input.replace_token === true ? { token: text(input.token) } : {}),
  }
}
