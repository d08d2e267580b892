import type { Input, InputProperty, InputSchema } from '../../bff/contract/dialect.ts'
import type { Task } from './task.ts'

function isSecret(property: InputProperty | undefined): boolean {
  const hints = property?.['x-provision']
  return hints?.secret === true || hints?.widget === 'password'
}

/**
 * The form of a task. A retry without a preview keeps the old input, so it asks for the secrets only, which nobody
 * kept; with one the whole input is previewed, so it asks for all.
 */
export function formOf({ action, purpose }: Task): InputSchema {
  const { input, confirmation } = action
  if (purpose.kind === 'cancel') return { ...input, properties: {}, required: [] }
  if (purpose.kind !== 'retry' || confirmation.preview) return input
  return {
    ...input,
    properties: Object.fromEntries(
      Object.entries(input.properties)
        .filter(([, property]) => isSecret(property))
        .map(([name, { 'x-provision': hints = {}, ...property }]) => {
          const { show_if: _shown, ...kept } = hints
          return [name, { ...property, 'x-provision': kept }]
        }),
    ),
    required: input.required.filter((name) => isSecret(input.properties[name])),
  }
}

/** What may be told to the page, or kept: the input without its secrets. */
export function withoutSecrets({ properties }: InputSchema, input: Input): Input {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !isSecret(properties[name])))
}

export interface Secret {
  readonly label: string
  readonly value: string
}

/** Secrets of an input, by the words of their fields. */
export function secretsOf({ properties }: InputSchema, input: Input): Secret[] {
  return Object.entries(input).flatMap(([name, value]) => {
    const property = properties[name]
    return property !== undefined && isSecret(property) && typeof value === 'string'
      ? [{ label: property.title, value }]
      : []
  })
}
