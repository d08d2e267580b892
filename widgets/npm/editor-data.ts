import type { PublicElement } from './manifest.ts'
import type { Named } from './manifest-schema.ts'

/** The values a type of string literals names. */
function valuesOf(type: string): string[] {
  return [...type.matchAll(/'([^']+)'/g)].map(([, value = '']) => value)
}

/** What VS Code completes in markup (`html.customData`). */
export function htmlData(elements: readonly PublicElement[]): unknown {
  return {
    version: 1.1,
    tags: elements.map(({ tagName, description, attributes = [] }) => ({
      name: tagName,
      description,
      attributes: attributes.map(({ name, description: meaning, type }) => ({
        name,
        description: meaning,
        ...(type?.text === 'boolean' ? { valueSet: 'v' } : {}),
        values: valuesOf(type?.text ?? '').map((value) => ({ name: value })),
      })),
    })),
  }
}

/** Each name once, with the elements that have it; where they say different things of it, all is said. */
function together(
  elements: readonly PublicElement[],
  listOf: (element: PublicElement) => readonly Named[] | undefined,
): { name: string; description: string }[] {
  const said = new Map<string, Map<string, string[]>>()
  for (const element of elements)
    for (const { name, description = '' } of listOf(element) ?? []) {
      const meanings = said.get(name) ?? new Map<string, string[]>()
      meanings.set(description, [...(meanings.get(description) ?? []), element.tagName])
      said.set(name, meanings)
    }
  return [...said]
    .map(([name, meanings]) => ({
      name,
      description: [...meanings].map(([text, tags]) => `${tags.join(', ')}: ${text}`).join('\n'),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** What VS Code completes in style sheets (`css.customData`). */
export function cssData(elements: readonly PublicElement[]): unknown {
  return {
    version: 1.1,
    properties: together(elements, ({ cssProperties }) => cssProperties),
    pseudoElements: together(elements, ({ cssParts }) => cssParts).map((part) => ({
      ...part,
      name: `::part(${part.name})`,
    })),
    pseudoClasses: together(elements, ({ cssStates }) => cssStates).map((state) => ({
      ...state,
      name: `:state(${state.name})`,
    })),
  }
}

/** What the editors of JetBrains read (web-types). */
export function webTypes(
  name: string,
  version: string,
  elements: readonly PublicElement[],
): unknown {
  const plain = ({ name: what, description }: Named) => ({ name: what, description })
  return {
    $schema: 'https://raw.githubusercontent.com/JetBrains/web-types/master/schema/web-types.json',
    name,
    version,
    'js-types-syntax': 'typescript',
    'description-markup': 'markdown',
    contributions: {
      html: {
        elements: elements.map((element) => ({
          name: element.tagName,
          description: element.description,
          attributes: (element.attributes ?? []).map(({ name: what, description, type }) => ({
            name: what,
            description,
            value: { type: type?.text ?? 'string' },
          })),
          slots: (element.slots ?? []).map(plain),
          js: {
            properties: (element.members ?? [])
              .filter(({ kind }) => kind === 'field')
              .map(({ name: what, description, type }) => ({
                name: what,
                description,
                type: type?.text ?? 'unknown',
              })),
            events: (element.events ?? []).map(({ name: what = '', description, type }) => ({
              name: what,
              description,
              type: type?.text ?? 'Event',
            })),
          },
          css: {
            properties: (element.cssProperties ?? []).map(plain),
            parts: (element.cssParts ?? []).map(plain),
            'pseudo-classes': (element.cssStates ?? []).map(({ name: state, description }) => ({
              name: `state(${state})`,
              description,
            })),
          },
        })),
      },
    },
  }
}
