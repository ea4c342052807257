using VirtAgents.Core.Detection.Incidents;

namespace VirtAgents.Collector.Configuration;

/// <summary>Who is told of incidents.</summary>
/// <param name="Settle">How long a step waits before it is told, so that symptoms find their cause first. <value>Default 5 s.</value></param>
/// <param name="File">File that gets a line for each notice; empty = none.</param>
/// <param name="Webhooks">Addresses that are called.</param>
internal sealed record NoticeSettings(TimeSpan Settle, string File, IReadOnlyList<WebhookSettings> Webhooks)
{
    private const int MostWebhooks = 10;

    public static NoticeSettings Read(SettingsReader reader)
    {
        TimeSpan settle = reader.Duration("Incidents:Settle", TimeSpan.FromSeconds(5), TimeSpan.Zero, TimeSpan.FromMinutes(10));
        List<WebhookSettings> webhooks = [];
        for (int i = 0; i < MostWebhooks; i++)
        {
            if (ReadWebhook(reader, $"Incidents:Webhooks:{i}:") is { } webhook)
            {
                webhooks.Add(webhook);
            }
        }

        return new(settle, reader.Text("Incidents:File", ""), webhooks);
    }

    private static WebhookSettings? ReadWebhook(SettingsReader reader, string section)
    {
        string text = reader.Text(section + "Url", ""), secretFile = reader.Text(section + "SecretFile", "");
        Severity least = reader.Choice(section + "MinSeverity", Severity.Warning);
        if (text.Length == 0)
        {
            return secretFile.Length == 0 ? null : Fail($"{section}SecretFile: it is set and {section}Url is not; allowed: both, or neither");
        }

        // The address may hold a key of the receiver, so it is not shown.
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
        {
            return Fail($"{section}Url: it is not valid (not shown, as it may hold a key); allowed: an address that begins with https:// or http://");
        }

        if (secretFile.Length > 0 && !System.IO.File.Exists(secretFile))
        {
            return Fail($"{section}SecretFile: '{secretFile}' does not exist or may not be read; allowed: a file that holds nothing but the secret");
        }

        return new(url, secretFile, least);

        WebhookSettings? Fail(string message)
        {
            reader.Fail(message);
            return null;
        }
    }
}

/// <summary>One address that is called.</summary>
/// <param name="Url">Where to; may hold a key and is never printed or logged whole.</param>
/// <param name="SecretFile">File with the secret that notices are signed with; empty = they are not signed. Read anew for each notice, so it can be changed.</param>
/// <param name="Least">Only incidents of at least this severity. <value>Default Warning.</value></param>
internal sealed record WebhookSettings(Uri Url, string SecretFile, Severity Least)
{
    public override string ToString() => $"{nameof(WebhookSettings)} {Url.Host}";
}
