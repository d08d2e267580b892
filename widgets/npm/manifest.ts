import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { create } from '@custom-elements-manifest/analyzer/src/create.js'
import { litPlugin } from '@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js'
import type {
  ClassMember,
  CustomElementDeclaration,
  Declaration,
  Event,
  Module,
  Package,
} from 'custom-elements-manifest/schema.d.ts'
import { classicCompiler } from './classic-compiler.ts'

/** An element's public interface: what a page may use, and nothing of how it is made. */
export interface PublicElement extends CustomElementDeclaration {
  tagName: string
}

/** Names that any page can see, but that are Lit's or the browser's affair. */
const NOT_OURS =
  /^(?:observedAttributes|properties|styles|connectedCallback|attributeChangedCallback)$/
const ELEMENT_FILE = /\/(?:provision-[a-z]+|session-element)\.ts$/

/** The files elements are made of, by path from the root, tools beside them left out. */
export function elementSources(root: string): Map<string, string> {
  const paths = readdirSync(join(root, 'widgets'), { recursive: true, encoding: 'utf8' })
    .map((path) => `widgets/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts') && !path.startsWith('widgets/npm/'))
    .sort()
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

function isElement(declaration: Declaration): declaration is PublicElement {
  return 'customElement' in declaration && declaration.tagName !== undefined
}

/** One line of a doc comment, however it was broken. */
const oneLine = (text: string | undefined) => text?.replaceAll(/\s+/g, ' ').trim()

function isPublic(member: ClassMember): boolean {
  const isOpen = member.privacy === undefined || member.privacy === 'public'
  return isOpen && !member.static && !member.name.startsWith('#') && !NOT_OURS.test(member.name)
}

/** Without what the analyzer adds of its own workings. */
function bare<T extends object>(thing: T): T {
  const {
    inheritedFrom: _from,
    resolveInitializer: _how,
    ...rest
  } = thing as T & {
    inheritedFrom?: unknown
    resolveInitializer?: unknown
  }
  // What is left is what a manifest holds; both were optional.
  return rest as T
}

const byName = (a: { name?: string }, b: { name?: string }) =>
  (a.name ?? '') < (b.name ?? '') ? -1 : 1

/** Only what is written down in a doc comment is promised; what Lit keeps for itself is not. */
function publicElement(element: PublicElement): PublicElement {
  const open = (element.members ?? []).filter(isPublic)
  const names = new Set<string | undefined>(open.map(({ name }) => name))
  const attributes = (element.attributes ?? [])
    .filter(({ fieldName }) => fieldName === undefined || names.has(fieldName))
    .map((attribute) => ({ ...bare(attribute), description: oneLine(attribute.description) ?? '' }))
  const members = open
    .filter(
      ({ description, name }) =>
        description !== undefined || attributes.some(({ fieldName }) => fieldName === name),
    )
    .map((member): ClassMember => {
      const said = attributes.find(({ fieldName }) => fieldName === member.name)?.description
      const { privacy: _privacy, ...rest } = bare(member)
      return { ...rest, description: oneLine(member.description) ?? said ?? '' }
    })
  const events = (element.events ?? []).filter(
    ({ name, description }) => name !== undefined && description !== undefined,
  )
  const listed = <T extends { name?: string; description?: string }>(
    list: readonly T[] | undefined,
  ) => (list ?? []).map((item) => ({ ...bare(item), description: oneLine(item.description) ?? '' }))
  const { superclass: _superclass, ...own } = element
  const summary = oneLine(element.description) ?? ''
  return {
    ...own,
    description: summary.replace(/^`<[a-z-]+>`: /, ''),
    attributes: attributes.sort(byName),
    members: members.sort(byName),
    events: listed<Event>(events).sort(byName),
    slots: listed(element.slots),
    cssParts: listed(element.cssParts).sort(byName),
    cssProperties: listed(element.cssProperties).sort(byName),
    cssStates: listed(element.cssStates),
  }
}

const asBuilt = (path: string) => path.replace(/^\//, '').replace(/\.ts$/, '.js')

function publicModule(module: Module): Module {
  const path = asBuilt(module.path)
  const declarations = ELEMENT_FILE.test(module.path)
    ? (module.declarations ?? []).filter(isElement).map(publicElement)
    : []
  const names = new Set(declarations.map(({ name }) => name))
  const exports = (module.exports ?? []).filter(
    ({ kind, name }) => kind === 'custom-element-definition' || names.has(name),
  )
  return {
    kind: 'javascript-module',
    path,
    declarations,
    exports: exports.map((one) => ({
      ...one,
      declaration: { name: one.declaration.name, module: asBuilt(one.declaration.module ?? path) },
    })),
  }
}

/**
 * The manifest of the elements as their doc comments and declarations say it.
 *
 * @param sources path from the root → source, of everything an element inherits from
 */
export function manifestOf(sources: ReadonlyMap<string, string>): Package {
  const compiler = classicCompiler()
  const modules = [...sources].map(([path, source]) =>
    compiler.createSourceFile(
      path,
      // The analyzer knows a definition by the browser's own call only.
      path.startsWith('widgets/define/')
        ? source.replaceAll(/^define\(/gm, 'customElements.define(')
        : source,
      compiler.ScriptTarget.ES2022,
      true,
    ),
  )
  const whole = create({ modules, plugins: litPlugin(), dev: false })
  return {
    schemaVersion: '2.1.0',
    readme: '',
    modules: whole.modules
      .map(publicModule)
      .filter(({ declarations, exports }) => declarations?.length !== 0 || exports?.length !== 0),
  }
}

/** The elements of a manifest, in the order of their tags. */
export function elementsOf(manifest: Package): PublicElement[] {
  return manifest.modules
    .flatMap(({ declarations }) => declarations ?? [])
    .filter(isElement)
    .sort((a, b) => (a.tagName < b.tagName ? -1 : 1))
}
