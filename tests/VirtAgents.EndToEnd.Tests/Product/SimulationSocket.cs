using System.Net.Sockets;
using System.Text;

namespace VirtAgents.EndToEnd.Tests.Product;

/// <summary>Brings faults about in a simulation that runs, many over one connection.</summary>
internal sealed class SimulationSocket : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly StreamReader _answers;
    private readonly StreamWriter _steps;

    public SimulationSocket(string path)
    {
        _socket.Connect(new UnixDomainSocketEndPoint(path));
        var stream = new NetworkStream(_socket);
        (_answers, _steps) = (new StreamReader(stream, Encoding.UTF8), new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true });
    }

    public async Task InjectAsync(string step)
    {
        await _steps.WriteAsync((step + "\n").AsMemory()).WaitAsync(Patience);
        string? answer = await _answers.ReadLineAsync().WaitAsync(Patience);
        Assert.True(answer == """{"result":"ok","problems":[]}""", $"{step} was answered with {answer}");
    }

    public void Dispose()
    {
        _steps.Dispose();
        _answers.Dispose();
        _socket.Dispose();
    }
}
