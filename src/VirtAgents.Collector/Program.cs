using VirtAgents.Collector.Hosting;

return await CollectorProgram.RunAsync(args, Console.Out, Console.Error, CancellationToken.None);
