using VirtAgents.Storage.Influx.Http;

namespace VirtAgents.Storage.Influx.Preparing;

/// <summary>Finds out what a server is, and sees to it that it has what lines are written into.</summary>
internal sealed class Preparation(InfluxHttp http, InfluxOptions options)
{
    private readonly Advice _advice = new(options);

    /// <summary>Looks at the server, and creates on it what may be created.</summary>
    public async Task<Prepared> RunAsync(CancellationToken cancellationToken)
    {
        InfluxReply ping = await http.AskAsync(HttpMethod.Get, "/ping", null, options.Flavour, cancellationToken);
        InfluxFlavour? flavour = options.Flavour == InfluxFlavour.Auto ? InfluxTarget.FlavourOf(ping.Version) : options.Flavour;
        if (!ping.IsSuccess)
        {
            return Judge(ping, options.Flavour);
        }

        return flavour switch
        {
            null => Prepared.Never($"the server at {http.Server} does not say which InfluxDB it is: check Store:Influx:Url, or set Store:Influx:Flavour to V1, V2 or V3"),
            InfluxFlavour.V2 when options.Org.Length == 0 => Prepared.Never(
                $"Store:Influx:Org: it is not set; allowed: the name of an organisation, as the server at {http.Server} is InfluxDB 2"),
            InfluxFlavour.V1 => await new PreparationV1(http, options, _advice).RunAsync(cancellationToken),
            InfluxFlavour.V2 => await new PreparationV2(http, options, _advice).RunAsync(cancellationToken),
            _ => await new PreparationV3(http, options, _advice).RunAsync(cancellationToken),
        };
    }

    /// <summary>What a reply that is no success means for a start.</summary>
    private Prepared Judge(InfluxReply reply, InfluxFlavour flavour)
    {
        string problem = _advice.Of(reply.Status, reply.Message, flavour);
        return reply.Status is 401 or 403 ? Prepared.Never(problem) : Prepared.NotNow(problem);
    }
}
