using Microsoft.Extensions.Time.Testing;

namespace VirtAgents.Cli.Tests.Fixtures;

/// <summary>Runs the whole tool inside the test, with captured output.</summary>
internal static class Tool
{
    /// <summary>No wait in a test is longer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task<Ended> RunAsync(params string[] arguments) => RunAsync(null, arguments);

    public static async Task<Ended> RunAsync(string? address, string[] arguments)
    {
        using var run = Start(address, arguments);
        return await run.EndAsync();
    }

    public static Run Start(string? address, string[] arguments) =>
        new(arguments, environment => environment with { Variable = name => name == "VIRTCTL_COLLECTOR" ? address : null });

    /// <summary>How a run ended.</summary>
    internal sealed record Ended(int Code, string Output, string Error);

    /// <summary>A run of the tool that goes on.</summary>
    internal sealed class Run : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task<int> _running;

        public Run(string[] arguments, Func<CliEnvironment, CliEnvironment> change)
        {
            Time = new FakeTimeProvider(CollectorData.Now);
            var environment = change(new CliEnvironment { Output = Output, Error = Error, Time = Time, Variable = _ => null });
            _running = CliApplication.RunAsync(arguments, environment, _stop.Token);
        }

        public WatchedWriter Output { get; } = new();

        public WatchedWriter Error { get; } = new();

        public FakeTimeProvider Time { get; }

        /// <summary>Waits for output; fails at once, with what was said, when the tool ends before.</summary>
        public async Task UntilAsync(Func<string, bool> condition)
        {
            var written = Output.UntilAsync(condition);
            if (await Task.WhenAny(written, _running) != written && !written.IsCompleted)
            {
                Assert.Fail($"The tool ended before it wrote what the test waits for: {await EndAsync()}");
            }

            await written;
        }

        public void Interrupt() => _stop.Cancel();

        public void Dispose() => _stop.Dispose();

        public async Task<Ended> EndAsync()
        {
            var code = await _running.WaitAsync(Patience);
            return new Ended(code, Output.Text, Error.Text);
        }
    }
}
