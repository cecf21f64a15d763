// The calls that look for drift of one stack, its nested stacks not included.
import type * as sdk from '@aws-sdk/client-cloudformation'

import type { Answers } from '../answer.ts'
import { fresh, uuid } from '../identifiers.ts'
import { seconds } from '../stacks/pace.ts'
import { invalid } from '../stacks/template.ts'
import { schedule } from '../tasks.ts'
import { stackNamed } from './cloudformation-stacks.ts'

/** In which a look can begin. */
const ready = /^((CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE|UPDATE_ROLLBACK_FAILED)$/
/** What a look takes. */
const took = seconds(20)

export const answers: Answers = {
  DetectStackDriftCommand: (input: sdk.DetectStackDriftCommandInput, call) => {
    const stack = stackNamed(call, input.StackName)
    if (!ready.test(stack.status)) {
      throw invalid(`Drift detection cannot be performed on stack [${stack.name}] in status ${stack.status}`)
    }
    if (stack.detection && !stack.detection.ended) {
      throw invalid(`Drift detection is already in progress for stack [${stack.id}]`)
    }
    stack.detection = { id: uuid(fresh(call.cloud)), begun: call.now, ended: false }
    schedule(call.cloud, call.now + took, 'stack.drift', { stack: stack.id })
    return { StackDriftDetectionId: stack.detection.id }
  },
  DescribeStackDriftDetectionStatusCommand: (input: sdk.DescribeStackDriftDetectionStatusCommandInput, call) => {
    const stack = Object.values(call.cloud.stacks).find(
      ({ region, detection }) => region === call.region && detection?.id === input.StackDriftDetectionId,
    )
    if (!stack?.detection) throw invalid(`Drift detection ${input.StackDriftDetectionId} does not exist`)
    const { id, begun, ended } = stack.detection
    return {
      StackId: stack.id,
      StackDriftDetectionId: id,
      DetectionStatus: ended ? 'DETECTION_COMPLETE' : 'DETECTION_IN_PROGRESS',
      ...(ended && { StackDriftStatus: stack.drift?.status, DriftedStackResourceCount: stack.drift?.drifted }),
      Timestamp: new Date(begun),
    }
  },
}
