using System.Globalization;
using VirtAgents.Storage.Tests.Embedded;

namespace VirtAgents.Storage.Tests;

/// <summary>The test executable is its own second process: tests that need one start it with a mode instead of test arguments.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is [ChildProcess.WriteMode, string written])
        {
            return await ChildProcess.WriteAsync(written, Console.Out);
        }

        if (args is [ChildProcess.ReadMode, string read, string times])
        {
            return await ChildProcess.ReadAsync(read, int.Parse(times, CultureInfo.InvariantCulture), Console.Out);
        }

        return args.Any(a => a is "--server" or "--internal-msbuild-node")
            ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
    }
}
