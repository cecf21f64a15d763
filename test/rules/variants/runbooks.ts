// Broken variants for the rules about runbooks.
import { added, type Variant } from './variant.ts'

const arn = 'arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}'
const starter = (...resources: string[]): string => `
  Starter:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub 'ledger-starter-\${AWS::Region}-\${EnvironmentSuffix}'
      PermissionsBoundary: !Ref AWS::NoValue
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: scheduler.amazonaws.com }, Action: sts:AssumeRole }]
      Policies:
        - PolicyName: start
          PolicyDocument:
            Statement:
${resources.map((one) => `              - { Effect: Allow, Action: ssm:StartAutomationExecution, Resource: !Sub '${arn}:${one}' }`).join('\n')}
`
const name = 'ledger-promote-${EnvironmentSuffix}'

export const runbooks: Variant[] = [
  added(
    'runbooks/start',
    'a start by the older name alone',
    /Starter may start runbooks, but not as document\/, automation-execution\/$/m,
    starter(`automation-definition/${name}:*`),
  ),
  added(
    'runbooks/start',
    'a start of a document without its execution',
    /not as automation-execution\/$/m,
    starter(`document/${name}`, `automation-definition/${name}:*`),
  ),
]
