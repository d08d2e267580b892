import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makePackage } from '../../widgets/npm/make-package.ts'
import { root } from '../house/tree.ts'

/** The package as a host has it: packed, and unpacked in a project of theirs. */
export interface Packed {
  readonly project: string
  readonly installed: string
  readonly tarball: string
  remove(): void
}

export function run(program: string, args: readonly string[], cwd: string) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

/** Packs and unpacks as npm does, without asking any registry: what it needs is linked from here. */
export function packed(): Packed {
  const project = mkdtempSync(join(tmpdir(), 'provision-package-'))
  const made = join(project, 'made')
  makePackage(made)
  const { status, said } = run('npm', ['pack', made, '--offline', '--ignore-scripts'], project)
  const tarball = readdirSync(project).find((name) => name.endsWith('.tgz'))
  if (status !== 0 || tarball === undefined) throw new Error(`npm pack: ${said}`)
  const modules = join(project, 'node_modules')
  const installed = join(modules, 'provision-widgets')
  mkdirSync(installed, { recursive: true })
  run('tar', ['xzf', join(project, tarball), '-C', installed, '--strip-components=1'], project)
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '.bin' && name !== 'provision-widgets')
      symlinkSync(join(root, 'node_modules', name), join(modules, name))
  return {
    project,
    installed,
    tarball: join(project, tarball),
    remove: () => rmSync(project, { recursive: true }),
  }
}
