import { elementsOf, type PublicElement } from './manifest.ts'
import type { Manifest } from './manifest-schema.ts'

/** A name that pages may rely on, and what it is, without a word of description. */
function promisesOf(element: PublicElement): string[] {
  const { tagName } = element
  const members = (element.members ?? []).map((member) =>
    member.kind === 'method'
      ? `method ${member.name}(${(member.parameters ?? []).map(({ name, type }) => `${name}: ${type?.text ?? ''}`).join(', ')}): ${member.return?.type?.text ?? 'void'}`
      : `property ${member.name}: ${member.type?.text ?? ''}`,
  )
  const named = (kind: string, list: readonly { name?: string | undefined }[] | undefined) =>
    (list ?? []).map(({ name }) => `${kind} ${name === '' ? '(default)' : name}`)
  return [
    'element',
    ...(element.attributes ?? []).map(
      ({ name, type }) => `attribute ${name}: ${type?.text ?? 'string'}`,
    ),
    ...members,
    ...(element.events ?? []).map(({ name, type }) => `event ${name}: ${type?.text ?? 'Event'}`),
    ...named('slot', element.slots),
    ...named('part', element.cssParts),
    ...named('custom property', element.cssProperties),
    ...named('state', element.cssStates),
  ].map((promise) => `<${tagName}> ${promise}`)
}

/** All that pages may rely on, a line each. Pure. */
export function publicInterface(manifest: Manifest): string[] {
  const definitions = manifest.modules.flatMap(({ path, exports }) =>
    exports
      .filter(({ kind }) => kind === 'custom-element-definition')
      .map(({ name }) => `<${name}> defined by ${path}`),
  )
  return [...elementsOf(manifest).flatMap(promisesOf), ...definitions].sort()
}

/** What a change of the public interface takes from pages and gives to them. */
export interface InterfaceChange {
  /** Gone, renamed, or of another type: pages that rely on it break. */
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

/** Pure. */
export function changeOf(before: Manifest, after: Manifest): InterfaceChange {
  const [old, now] = [publicInterface(before), publicInterface(after)]
  return {
    removed: old.filter((promise) => !now.includes(promise)),
    added: now.filter((promise) => !old.includes(promise)),
  }
}
