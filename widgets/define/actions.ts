import { ProvisionActions } from '../actions/provision-actions.ts'
import { define } from '../parts/define.ts'

define('provision-actions', ProvisionActions)
