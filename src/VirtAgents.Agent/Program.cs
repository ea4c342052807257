using VirtAgents.Agent.Hosting;

return await AgentCommand.RunAsync(args, Environment.GetEnvironmentVariables(), Console.Out, Console.Error);
