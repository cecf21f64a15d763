// Systems Manager: parameters of a region, which runbooks can read where an object in a bucket would need more rights.
import { DeleteParameterCommand, GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { MakeClient } from './connect.ts'
import { absent, pairs } from './shape.ts'

/** The parameters of one region. */
export class Parameters {
  private readonly client: SSMClient
  constructor(make: MakeClient) {
    this.client = make(SSMClient)
  }

  /** A parameter's value; undefined when there is none of that name. */
  async get(name: string): Promise<string | undefined> {
    const { Parameters: found = [] } = await this.client.send(new GetParametersCommand({ Names: [name] }))
    return found[0]?.Value
  }

  /** Makes a parameter; false when there is one of that name, which is left as it is. */
  async create(name: string, value: string, tags: Record<string, string>): Promise<boolean> {
    const Tags = pairs(tags).map(([Key, Value]) => ({ Key, Value }))
    const input = { Name: name, Value: value, Type: 'String' as const, Overwrite: false, Tags }
    return (await absent(this.client.send(new PutParameterCommand(input)), 'ParameterAlreadyExists')) !== undefined
  }

  /** Removes a parameter; none of that name is as good. */
  async remove(name: string): Promise<void> {
    await absent(this.client.send(new DeleteParameterCommand({ Name: name })), 'ParameterNotFound')
  }
}
