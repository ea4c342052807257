using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtAgents.Cli;

// errno of a write to a pipe that nobody reads.
const int brokenPipe = 32;

using var stop = new CancellationTokenSource();
var signalled = 0;
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
var output = new StreamWriter(OpenOutput(), bufferSize: 16 * 1024) { AutoFlush = !Console.IsOutputRedirected, NewLine = "\n" };

try
{
    var code = await CliApplication.RunAsync(args, CreateEnvironment(), stop.Token);
    return code == (int)ExitCode.Interrupted && signalled != 0 ? signalled : code;
}
catch (IOException e) when (e.HResult == brokenPipe)
{
    // A reader such as head has seen enough and closed the pipe: nothing is left to tell it.
    return (int)ExitCode.Success;
}
catch (IOException e)
{
    Console.Error.WriteLine("virtctl: cannot write the output: " + e.Message);
    return (int)ExitCode.Failure;
}

CliEnvironment CreateEnvironment() => new()
{
    Output = output,
    Error = Console.Error,
    Time = TimeProvider.System,
    Variable = Environment.GetEnvironmentVariable,
    OutputIsTerminal = !Console.IsOutputRedirected,
    CanAsk = !Console.IsInputRedirected && !Console.IsErrorRedirected,
    ReadLine = Console.In.ReadLine,
    MachineName = Environment.MachineName,
    TerminalSize = static () => (Console.WindowWidth > 0 ? Console.WindowWidth : 80, Console.WindowHeight > 0 ? Console.WindowHeight : 24),
    ReadKey = static () => !Console.IsInputRedirected && Console.KeyAvailable ? Console.ReadKey(intercept: true).Key : null,
};

// The first signal lets the command put the terminal right; a second one ends the process at once.
void Stop(PosixSignalContext context)
{
    context.Cancel = Interlocked.Exchange(ref signalled, 128 + NumberOf(context.Signal)) == 0;
    stop.Cancel();
}

static int NumberOf(PosixSignal signal) => signal switch { PosixSignal.SIGHUP => 1, PosixSignal.SIGINT => 2, _ => 15 };

// The console's own stream swallows a closed pipe, so that following events into head would never end. A stream on the
// handle tells; it is no good for files, since it would not move the position it shares with other commands.
static Stream OpenOutput()
{
    if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
    {
        return Console.OpenStandardOutput();
    }

    var direct = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
    return direct.CanSeek ? Console.OpenStandardOutput() : direct;
}
