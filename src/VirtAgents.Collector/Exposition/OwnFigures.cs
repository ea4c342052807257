namespace VirtAgents.Collector.Exposition;

/// <summary>
/// What the OpenTelemetry exporter says of the collector itself. It answers a call of its own that asks for plain text and for no
/// compression: on the real one it would choose the format and the headers of the whole page.
/// </summary>
/// <param name="exporter">The exporter as it answers HTTP.</param>
internal sealed class OwnFigures(RequestDelegate exporter)
{
    /// <summary>The figures as text.</summary>
    /// <exception cref="InvalidOperationException">The exporter could not collect them.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var call = new DefaultHttpContext { RequestAborted = cancellationToken };
        call.Request.Method = HttpMethods.Get;
        call.Request.Headers.Accept = "text/plain; version=0.0.4";
        call.Response.Body = text;
        await exporter(call);
        await call.Response.CompleteAsync();
        return call.Response.StatusCode == StatusCodes.Status200OK
            ? text.GetBuffer().AsMemory(0, (int)text.Length)
            : throw new InvalidOperationException($"the exporter of the collector's own figures answered {call.Response.StatusCode}");
    }
}
