import { createPublicKey } from 'node:crypto'
import { type Command, understood, type Values } from './command.ts'
import { contentOf } from './content.ts'
import { limitOptions } from './limit-options.ts'
import { stepUpOption } from './step-up-option.ts'
import { added, shown } from './table.ts'

function keySetOf(values: Values): unknown {
  if (values.jwks !== undefined) return JSON.parse(contentOf(values.jwks) ?? '')
  const pem = contentOf(values['public-key'])
  if (pem === undefined) return undefined
  // A private key would be read as its public half: whoever mixed the files up must hear of it.
  if (pem.includes('PRIVATE KEY'))
    throw new Error('--public-key was given a private key: keep that one at home.')
  return { keys: [createPublicKey(pem).export({ format: 'jwk' })] }
}

/** Every value of an option that may be given more than once. */
function textsOf(value: Values[string]): string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined
}

export const tenantCommands: readonly Command[] = [
  {
    name: 'tenant add',
    async read(args) {
      const many = { type: 'string', multiple: true } as const
      const one = { type: 'string' } as const
      return understood(
        args,
        {
          label: one,
          issuer: one,
          origin: many,
          'jwks-url': one,
          jwks: one,
          'public-key': one,
          algorithm: many,
          'client-action': many,
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
            jwks: keySetOf(values),
            algorithms: values.algorithm,
            client_actions: values['client-action'],
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
    show: (body) => shown(body, 'tenants', ['id', 'label', 'issuer', 'keys', 'origins']),
  },
]
